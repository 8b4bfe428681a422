// Words that several pages share.
export const common = {
  home: "Home",
  save: "Save",
  discard: "Discard",
  cancel: "Cancel",
} as const;
