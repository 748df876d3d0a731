#!/bin/sh
# Publish a built site to a folder of a web server, in one step that no reader sees half done:
#   deploy/publish-directory.sh output /srv/www/antigravity
# The site is copied beside the target, and the target, a symbolic link, then points to the copy. The last 3 copies stay.
set -eu

[ $# = 2 ] || { echo "usage: $0 SITE TARGET" >&2; exit 2; }
site=$1 target=${2%/}
[ -f "$site/.antigravity" ] || { echo "$site holds no built site: run antigravity render" >&2; exit 1; }
if [ -e "$target" ] && [ ! -L "$target" ]; then
    echo "$target is no symbolic link: move it away once, this script then makes the link" >&2
    exit 1
fi

releases=$target.releases
release=$releases/$(date -u +%Y-%m-%dT%H%M%SZ).$$
mkdir -p "$releases"
trap 'rm -rf "$release.part" "$target.new"' EXIT
cp -R "$site" "$release.part"
mv "$release.part" "$release"
rm -f "$target.new"
ln -s "$(cd "$release" && pwd)" "$target.new"
# rename(2) puts the new link in the place of the old one in one step
mv -T "$target.new" "$target" 2>/dev/null || mv -h "$target.new" "$target"
find "$releases" -mindepth 1 -maxdepth 1 -type d | sort | head -n -3 | while read -r old; do rm -rf "$old"; done
echo "published to $target"
