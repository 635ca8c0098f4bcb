"""The built extension in a real Chromium, with a real helper and the stand-in for LINE."""
