"""GitHub's REST API: corrective actions as issues, reviews, rules about reviews.

Source: GitHub Docs, "GitHub REST API", version 2022-11-28. `httpx` is the extra `github`, loaded for a request.
"""
