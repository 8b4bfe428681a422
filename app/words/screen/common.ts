// Words that several pages share.
export const common = {
  home: "Home",
  save: "Save",
  discard: "Discard",
  cancel: "Cancel",
  apply: "Apply",
  close: "Close",
  tryAgain: "Try again",
  skip: "Skip to the page",
  skipToTable: "Skip to the table",
  labelled: "{label}: {value}",
} as const;
