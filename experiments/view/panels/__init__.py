"""The panels of the page, one file a tab."""
