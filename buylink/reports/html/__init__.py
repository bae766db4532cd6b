"""The report: one HTML file that needs no network. Sections are made of results, and laid out."""
