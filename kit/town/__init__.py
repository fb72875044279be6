"""Part of the kit; see the modules inside."""
