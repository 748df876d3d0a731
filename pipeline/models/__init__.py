"""The models that settings can name: what is known of them, what lies here, and how it gets here."""
