"""A bare Django project: the floor for starting and for answering."""
