"""Where respondents differ, what a meeting settled, what a reviewer saw, what people said."""
