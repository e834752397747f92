const COVERS = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]:not([hidden])';

/** Whether a dialog, a menu or a list of choices lies over the page: keys belong to that then. */
export function isPageCovered(): boolean {
  return document.querySelector(COVERS) !== null;
}

/** Whether keys go into a field. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
