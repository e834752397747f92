/** In pixels. */
export const INSPECTOR_WIDTH = 372;

/** Where the window is too narrow for canvas and inspector side by side, the inspector lies over the canvas: the same bound as in its classes. */
export const INSPECTOR_OVER = "(max-width: 1199px)";
