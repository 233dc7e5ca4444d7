"""How fast the program is, against floors measured in the same run. Never part of the tests."""
