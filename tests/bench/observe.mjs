/**
 * Runs inside the page, before anything of it, and watches. What it sees is in `__bench`; what the
 * driver waits for is also told through the binding `__benchTell`.
 *
 * It is sent to the browser as text: it can name nothing outside of itself.
 *
 * @param {string | undefined} banner Finds the banner.
 */
export function observe(banner) {
  if (window !== top) return;
  const seen = { longTasks: [], shifts: [], largest: null, firstPaint: null, banner: null, click: null, gone: null };
  window.__bench = seen;

  const watch = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  watch("longtask", ({ startTime, duration }) => seen.longTasks.push({ startTime, duration }));
  watch("layout-shift", ({ value, hadRecentInput }) => hadRecentInput || seen.shifts.push(value));
  watch("largest-contentful-paint", ({ element, size, startTime }) => {
    const inBanner = Boolean(banner && element?.closest(banner));
    seen.largest = { element: element?.localName ?? null, inBanner, size, startTime };
  });
  watch("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint") seen.firstPaint = startTime;
  });
  if (!banner) return;

  /** In the viewport, with an area, and in Chromium's own terms painted: an opacity above zero. */
  const shown = () => {
    const element = document.querySelector(banner);
    if (!element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { top, right, bottom, left, width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  };
  /** Calls back when the frame that is being made has been: a task asked for while it is made. */
  const whenMade = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(0);
  };
  const firstFrameWhere = (holds, then) => {
    const look = () => (holds() ? whenMade(then) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  };
  const tell = (name, value) => {
    seen[name] = value;
    window.__benchTell(name);
  };

  firstFrameWhere(shown, (now) => tell("banner", now));

  const onClick = ({ isTrusted, timeStamp }) => {
    if (!isTrusted) return;
    removeEventListener("click", onClick, true);
    firstFrameWhere(() => true, (now) => tell("click", now - timeStamp));
    firstFrameWhere(() => !shown(), (now) => tell("gone", now - timeStamp));
  };
  addEventListener("click", onClick, true);
}
