"""Data out as CSV, XLSX, DOCX and case files, and answers in from a workbook or a case."""
