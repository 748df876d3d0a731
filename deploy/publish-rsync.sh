#!/bin/sh
# Publish a built site to another machine with rsync, in one step that no reader sees half done:
#   deploy/publish-rsync.sh output web@example.org:/srv/www/antigravity
# Only what changed travels: files that did not change are linked to those of the last copy. The last 3 copies stay.
# Another port or key: in ~/.ssh/config, or RSYNC_RSH="ssh -p 2222 -i key" before the command.
set -eu

[ $# = 2 ] || { echo "usage: $0 SITE [USER@HOST:]TARGET" >&2; exit 2; }
site=${1%/} target=${2%/}
[ -f "$site/.antigravity" ] || { echo "$site holds no built site: run antigravity render" >&2; exit 1; }
command -v rsync >/dev/null || { echo "rsync is not installed here: apt-get install rsync (there too)" >&2; exit 1; }
case $target in
    *:*) host=${target%%:*} path=${target#*:} there="${RSYNC_RSH:-ssh} $host" prefix=$host: ;;
    *) path=$(realpath -s "$target") there="sh -c" prefix= ;;
esac
case $path in
    /*[!A-Za-z0-9._/-]*) echo "$path: letters, digits, dots, dashes and slashes only" >&2; exit 2 ;;
    /?*) ;;
    *) echo "$target: write the whole path, from / on" >&2; exit 2 ;;
esac

release=$path.releases/$(date -u +%Y-%m-%dT%H%M%SZ).$$
# 3: a code of our own, told from those of ssh
code=0
$there "mkdir -p '$path.releases' && { [ ! -e '$path' ] || [ -L '$path' ] || exit 3; }" || code=$?
if [ "$code" = 3 ]; then
    echo "$target is no symbolic link: move it away once, this script then makes the link" >&2
    exit 1
elif [ "$code" != 0 ]; then
    echo "nothing was published: $target could not be reached, or not be written to (see above)" >&2
    exit 1
fi
# a copy that broke off is not what readers see, and not one of the three: it goes
trap '$there "rm -rf '"'$release.part'"'"' EXIT
rsync --recursive --links --times --checksum --delete --link-dest="$path/" "$site/" "$prefix$release.part/"
$there "mv '$release.part' '$release' && rm -f '$path.new' && ln -s '$release' '$path.new' && mv -T '$path.new' '$path' &&
    ls -1d '$path.releases'/* | sort | head -n -3 | while read -r old; do rm -rf \"\$old\"; done"
trap - EXIT
echo "published to $target"
