const LOOK_EVERY_MS = 500;

/** Half a second later; false when the user wants to end. */
export function waited(interrupted: AbortSignal): Promise<boolean> {
  if (interrupted.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      interrupted.removeEventListener("abort", end);
      resolve(!interrupted.aborted);
    };
    const timer = setTimeout(end, LOOK_EVERY_MS);
    interrupted.addEventListener("abort", end, { once: true });
  });
}
