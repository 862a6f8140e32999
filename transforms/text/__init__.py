"""Text: charset, extraction, metadata, language, repeats, normal form."""
