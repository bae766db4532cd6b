"""All the hub says to TikTok, on the standard library alone: functions get this folder too.

- `urls`: which texts are TikTok links, and the one canonical form of each
- `client`: the HTTP client; `answers`: its answers, and typed JSON in them; `errors`
- `public_pages`: short links and oEmbed, no sign-in
- `oauth`, `display_api`: for creators who signed in
"""
