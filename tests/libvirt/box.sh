#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# box.sh TREE ROOT SCRATCH: what a system of Debian's with libvirt needs before
# its daemons can be started, without touching TREE or the machine
#
# TREE is an asset of the kind system: (scripts/fetch), unpacked and never
# configured; ROOT, the project, is seen at its own path. All that is written
# is in memory, on SCRATCH, an empty directory. To be run in mount, process and
# network namespaces of its own, whose first process this becomes: it reaps
# what daemons leave behind. Says "ready", then waits until it is killed.

set -euo pipefail
tree=$1 project=$2 top=$3

mount --make-rprivate /
mount -t tmpfs -o mode=755 none "$top"
mkdir "$top/upper" "$top/work" "$top/root"
root=$top/root
mount -t overlay none "$root" \
    -o "lowerdir=$tree,upperdir=$top/upper,workdir=$top/work"

mount -t proc none "$root/proc"
mount -t sysfs none "$root/sys"
mkdir -p "$root/usr/local/bin"
for place in dev dev/shm run tmp; do
    mkdir -p "$root/$place"
    mount -t tmpfs none "$root/$place"
done
mkdir "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=666 none "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
chmod 1777 "$root/tmp" "$root/dev/shm"
# A directory until its package is configured
rm -rf "$root/var/run"
ln -s /run "$root/var/run"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -p "$root$project"
mount --rbind "$project" "$root$project"

# Of what ours are linked with, what is not there, or has another name there
# (libaio.so.1 is libaio.so.1t64 in Debian 13)
mkdir -p "$root/usr/local/lib"
ldd "$project"/build/bin/* "$project"/build/libexec/* |
    sed -n 's,.* => \(/[^ ]*\) .*,\1,p' | sort -u |
    while read -r library; do
        [ -e "$root/usr/lib/x86_64-linux-gnu/${library##*/}" ] ||
            cp -L "$library" "$root/usr/local/lib"
    done

# libvirt finds firmware by descriptions below /usr/share
cp -a "$project/build/assets/ovmf-amdsev/usr/share/." "$root/usr/share"

# virt-install does not start without; a script of its package makes it.
cat "$root"/usr/share/ca-certificates/mozilla/*.crt \
    > "$root/etc/ssl/certs/ca-certificates.crt"

# Who Debian's packages would have made. "admin" stands for a person.
cat > "$root/etc/passwd" << EOF2
root:x:0:0::/root:/bin/bash
libvirt-qemu:x:64055:64055::/var/lib/libvirt:/bin/false
admin:x:1000:1000::/home/admin:/bin/bash
other:x:1001:1001::/home/other:/bin/bash
EOF2
cat > "$root/etc/group" << EOF2
root:x:0:
kvm:x:104:libvirt-qemu,admin
libvirt:x:105:admin
libvirt-qemu:x:64055:libvirt-qemu
admin:x:1000:
other:x:1001:
EOF2
mkdir -p "$root/home"
for user in 1000:admin 1001:other; do
    install -d -m 700 -o "${user%:*}" -g "${user%:*}" "$root/home/${user#*:}"
done

# Not by chroot: libvirt enters its domains' mount namespaces, and would be in
# the machine's root there, and change the machine's /dev.
cd "$root"
mkdir old-root
pivot_root . old-root
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root \
       LC_ALL=C.UTF-8
hash -r
cd /
umount -l /old-root
# The network namespace has this and nothing else.
ip link set lo up
ldconfig
exec bash -c 'echo ready; while :; do sleep 3600; done'
