"""The report as a document: one module per page, each from findings to a frozen page object.

Every number comes formatted from the same functions as on screen (assessments.results and
assessments.ui.numbers), so that paper and screen cannot differ.
"""
