import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Nearer to the end than this counts as being there. */
const AT_END_PX = 24;

/** Keeps a scrolled area at its end while `following`; scrolling up lets go, scrolling to the end takes hold again. */
export function useStickyEnd(area: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const [following, setFollowing] = useState(true);
  const before = useRef({ top: 0, height: 0 });

  useEffect(() => {
    if (!following || !area.current || !content.current) return;
    const stick = () => area.current?.scrollTo({ top: area.current.scrollHeight });
    stick();
    const observer = new ResizeObserver(stick);
    observer.observe(content.current);
    observer.observe(area.current);
    return () => observer.disconnect();
  }, [following, area, content]);

  const onScroll = useCallback(() => {
    if (!area.current) return;
    const { scrollTop, scrollHeight, clientHeight } = area.current;
    const { top, height } = before.current;
    before.current = { top: scrollTop, height: scrollHeight };
    if (scrollHeight - scrollTop - clientHeight < AT_END_PX) setFollowing(true);
    // The position also falls when older lines go; only a person moves it while the height stays.
    else if (scrollTop < top && scrollHeight >= height) setFollowing(false);
  }, [area]);

  return { following, setFollowing, onScroll };
}
