"""The corridor: decode, measure, judge. One pair in, one result out; nothing is written and nothing flows back."""
