"""Two to six banks, rounds or regions side by side, as a page, a PDF and a workbook."""
