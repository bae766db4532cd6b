"""The error of media that can't be used, whoever finds it."""


class MediaError(Exception):
    """Media is not what we take, and never will be; the text says what, got, why and what to do.

    Permanent: the same bytes fail again, so there is no use in another try.
    """
