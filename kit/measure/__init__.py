"""The methods that make human-rights figures speak: tables in, tables out."""
