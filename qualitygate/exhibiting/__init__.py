"""What there is to look at of a run: pictures of pairs for the HTML report, one panel each for incidents."""
