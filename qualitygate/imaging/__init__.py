"""Arrays to PNG bytes: heat maps and sheets of captioned pictures. Pure; NumPy and Pillow only."""
