import { type RefObject, type UIEvent, useCallback, useLayoutEffect, useState } from "react";

/** How wide a scrolling frame is and how far it is scrolled to the right, in pixels; endlessly wide until it was measured. */
export function useScrolledRoom(scroller: RefObject<HTMLElement | null>) {
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  const [scrolled, setScrolled] = useState(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = (): void => {
      setRoom(element.clientWidth);
      setScrolled(element.scrollLeft);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  const onScroll = useCallback((event: UIEvent<HTMLElement>) => setScrolled(event.currentTarget.scrollLeft), []);
  return { onScroll, room, scrolled };
}
