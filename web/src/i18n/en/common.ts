export const common = {
  cancel: "Cancel",
  close: "Close",
  copied: "Copied",
  copy: "Copy",
  copyCurl: "Copy as curl",
  copyFailed: "The browser does not let this page write to the clipboard. Here it is:",
  needsRole: "Needs the role {role}",
} as const;
