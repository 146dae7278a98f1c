# The base image where no registry is at hand: an archive of Debian's files, which ADD unpacks.
FROM scratch
ADD root.tar /
ENV PATH=/usr/local/bin:/usr/bin:/bin
