"""What templates of second factors need."""

import json

from django import template

register = template.Library()


@register.filter
def as_json(value: object) -> str:
    """A value as JSON for an attribute that a script reads; the template escapes it."""
    return json.dumps(value)
