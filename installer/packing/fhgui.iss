; Inno Setup 6: dist\fhgui (installer\build.py --only wheel venv papers freeze) becomes one setup
; program that needs no administrator and no network. On Windows:
;   iscc /DVersion=0.1.0 installer\packing\fhgui.iss
#ifndef Version
  #error "give the version: iscc /DVersion=0.1.0"
#endif

[Setup]
AppId={{7D0B6A54-6C0E-4C39-9E43-2F6D0A6A1F10}
AppName=fhgui
AppVersion={#Version}
AppPublisher=the fhgui project
DefaultDirName={autopf}\fhgui
DefaultGroupName=fhgui
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=fhgui-{#Version}-windows-x64
Compression=lzma2
SolidCompression=yes
UninstallDisplayIcon={app}\fhgui.exe
; Cases, models of one's own and keys lie in the user's own folders and are never removed.

[Files]
Source: "..\..\dist\fhgui\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\fhgui"; Filename: "{app}\fhgui.exe"
Name: "{group}\Third-party licences"; Filename: "{app}\licences\THIRD-PARTY.txt"
Name: "{autodesktop}\fhgui"; Filename: "{app}\fhgui.exe"; Tasks: desktopicon

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Run]
Filename: "{app}\fhgui.exe"; Description: "{cm:LaunchProgram,fhgui}"; Flags: nowait postinstall skipifsilent
