// Finds the consent dialog of a page: the tool, the buttons, their size and weight. A function of the table in
// `managers.json` with the selectors that the user gave, and of the button to press, if there is one.
((table, wanted) => {
  const roots = [document];
  for (let at = 0; at < roots.length; at += 1) {
    for (const element of roots[at].querySelectorAll("*")) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
    }
  }
  const all = (selector) =>
    roots.flatMap((root) => {
      try {
        return [...root.querySelectorAll(selector)];
      } catch {
        return [];
      }
    });
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    const shown = element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
    return shown && box.width > 1 && box.height > 1;
  };
  const shown = (selector) => (selector ? all(selector).find(visible) : undefined);
  const words = (element) =>
    (element.innerText || element.value || element.getAttribute("aria-label") || "")
      .toLowerCase()
      .replaceAll("’", "'")
      .replace(/[^\p{L}\p{N}' -]/gu, " ")
      .replace(/\s+/g, " ")
      .trim();
  const pressable = () => all("button, a, input[type=button], input[type=submit], [role=button]").filter(visible);

  const manager = table.managers.find((manager) => all(manager.root).length > 0);
  // For an unknown tool: the element that overlays the page, or whose name speaks of consent.
  const asks = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement ?? at.getRootNode().host) {
      const { position } = getComputedStyle(at);
      const named = `${at.id} ${at.getAttribute("class") ?? ""} ${at.getAttribute("role") ?? ""}`;
      if (position === "fixed" || position === "sticky" || /cookie|consent|gdpr|rgpd|privacy|dialog/i.test(named)) return at;
    }
  };
  const said = (role, inLayer) =>
    pressable().find((element) => table.words[role].includes(words(element)) && (!inLayer || asks(element)));
  const known = (role) => {
    const selector = table.given[role] ?? (role === "withdraw" ? undefined : manager?.[role]);
    return shown(selector) ?? said(role, role !== "reopen" && role !== "withdraw");
  };

  const filled = (style) => {
    const [, , , alpha = "1"] = style.backgroundColor.match(/[\d.]+/g) ?? ["0", "0", "0", "0"];
    return Number(alpha) > 0.1;
  };
  const button = (element) => {
    if (!element) return null;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
      text: (element.innerText || element.value || "").trim().slice(0, 80),
      width: Math.round(box.width),
      height: Math.round(box.height),
      font_px: Number.parseFloat(style.fontSize),
      font_weight: Number(style.fontWeight) || 400,
      filled: filled(style),
    };
  };

  if (wanted) {
    const element = wanted.selector ? shown(wanted.selector) : known(wanted.role);
    if (!element) return null;
    element.scrollIntoView({ block: "nearest", behavior: "instant" });
    const box = element.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    let top = document.elementFromPoint(x, y);
    while (top?.shadowRoot?.elementFromPoint(x, y) && top.shadowRoot.elementFromPoint(x, y) !== top) {
      top = top.shadowRoot.elementFromPoint(x, y);
    }
    // It is covered, or outside the window: pressed by script.
    if (top && (element.contains(top) || top.contains(element))) return { x, y };
    element.click();
    return { pressed: true };
  }

  const accept = known("accept");
  const reject = known("reject");
  const layer = (manager && shown(manager.root)) ?? (accept ? asks(accept) : undefined);
  const box = layer?.getBoundingClientRect();
  const over = accept && document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  // Whether a fixed element that covers the whole window catches a click in the middle of it.
  const veiled = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const { width, height } = at.getBoundingClientRect();
      if (getComputedStyle(at).position === "fixed" && width * height > 0.9 * innerWidth * innerHeight) return true;
    }
    return false;
  };
  const parts = (box?.width ?? 0) * (box?.height ?? 0);
  const locked = [document.documentElement, document.body].some((element) => {
    const style = getComputedStyle(element);
    return style.overflowY === "hidden" || (element === document.body && style.position === "fixed");
  });
  return {
    manager: manager?.name ?? null,
    stored: manager?.stored ?? [],
    hosts: manager?.hosts ?? [],
    accept: button(accept),
    reject: button(reject),
    customize: button(known("customize")),
    locks_scrolling: Boolean(accept) && locked,
    covers_percent: accept ? Math.round((100 * Math.min(parts, innerWidth * innerHeight)) / (innerWidth * innerHeight)) : 0,
    blocks_page: Boolean(accept) && veiled(over),
    ticked: layer
      ? [...layer.querySelectorAll("input[type=checkbox]:checked:not(:disabled)")].filter(visible).map((box) => box.name || box.id || box.value)
      : [],
  };
})
