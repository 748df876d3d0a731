#!/bin/sh
# Publish a built site to an S3-compatible bucket:
#   deploy/publish-s3.sh output s3://bucket/path [--endpoint-url https://s3.example.org]
# A bucket has no swap. So what pages need goes first, pages second, and what is gone is taken away last: at every moment each
# page that can be read finds what it links to. Where even two pages of different nights side by side are too much, publish to
# a new path each night and switch the origin path of the distribution before it.
# aws tells a changed file by its size and its time: touch the files of a folder that you have taken back from a copy.
set -eu

[ $# -ge 2 ] || { echo "usage: $0 SITE s3://BUCKET[/PATH] [OPTIONS OF aws]" >&2; exit 2; }
site=${1%/} target=${2%/}
shift 2
[ -f "$site/.antigravity" ] || { echo "$site holds no built site: run antigravity render" >&2; exit 1; }
command -v aws >/dev/null || { echo "aws is not installed here: pip install awscli" >&2; exit 1; }
case $target in s3://?*) ;; *) echo "$target: write s3://BUCKET/PATH" >&2; exit 2 ;; esac

aws s3 sync "$site" "$target" --no-progress --exclude "*.html" --exclude ".antigravity" --exclude ".gitkeep" "$@"
aws s3 sync "$site" "$target" --no-progress --exclude "*" --include "*.html" --content-type "text/html; charset=utf-8" "$@"
aws s3 sync "$site" "$target" --no-progress --delete --exclude ".antigravity" --exclude ".gitkeep" "$@"
echo "published to $target"
