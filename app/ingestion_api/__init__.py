"""The HTTP service ingestion-api, in its own container: videos in, uploads, creators' sign-in.

- `service` puts it together, from its environment
- `videos_api`, `media_api`, `sign_in_api`: the endpoints; `models`: their JSON
- `tiktok_calls`: what it asks TikTok; `originals`: the uploads
"""
