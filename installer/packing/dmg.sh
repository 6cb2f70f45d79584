#!/bin/sh
# dist/fhgui (installer/build.py --only wheel venv papers freeze) becomes an application in a disk
# image, on macOS. Signing is left to whoever has an identity: CODESIGN_IDENTITY="Developer ID …".
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$root/dist/fhgui
[ -x "$folder/fhgui" ] || { echo "dmg.sh: $folder is missing; run installer/build.py first" >&2; exit 1; }
version=$("$folder/fhgui" --version | cut -d' ' -f2)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The folder goes as it is below Resources: inside MacOS codesign would take data for code.
app=$work/image/fhgui.app/Contents
mkdir -p "$app/MacOS" "$app/Resources"
cp -R "$folder" "$app/Resources/fhgui"
cat > "$app/MacOS/fhgui" <<'START'
#!/bin/sh
exec "$(dirname "$0")/../Resources/fhgui/fhgui" "$@"
START
chmod 755 "$app/MacOS/fhgui"
cat > "$app/Info.plist" <<PLIST
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleName</key><string>fhgui</string>
  <key>CFBundleIdentifier</key><string>org.fhgui.fhgui</string>
  <key>CFBundleVersion</key><string>$version</string>
  <key>CFBundleShortVersionString</key><string>$version</string>
  <key>CFBundleExecutable</key><string>fhgui</string>
  <key>CFBundlePackageType</key><string>APPL</string>
  <key>NSHighResolutionCapable</key><true/>
</dict>
</plist>
PLIST

if [ -n "${CODESIGN_IDENTITY:-}" ]; then
    find "$app/Resources/fhgui" -type f \( -name '*.so' -o -name '*.dylib' -o -perm -u+x \) \
        -exec codesign --force --options runtime --sign "$CODESIGN_IDENTITY" {} +
    codesign --force --options runtime --sign "$CODESIGN_IDENTITY" "$work/image/fhgui.app"
fi
ln -s /Applications "$work/image/Applications"
hdiutil create -volname "fhgui $version" -srcfolder "$work/image" -format UDZO -ov \
    "$root/dist/fhgui-$version-macos-$(uname -m).dmg"
