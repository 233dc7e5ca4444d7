"""The product's settings with the bench's own pages."""

from assessments.config.settings import *  # noqa: F403 -- all of them, by intention
from assessments.config.settings import BASE_DIR, MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.queries.CountQueries", *MIDDLEWARE]
TEMPLATES = [TEMPLATES[0] | {"DIRS": [BASE_DIR / "templates", BASE_DIR / "bench" / "templates"]}]
