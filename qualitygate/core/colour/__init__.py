"""Array colour science: curves, encodings, XYZ, L*a*b* and CIEDE2000. numpy only, no I/O."""
