
  // The list on a narrow screen: a button opens it over what is shown. On a wide one it is always there.
  function makeShelf() {
    const button = byId("shelf");
    const put = (open) => {
      root.classList.toggle("listed", open);
      button.setAttribute("aria-expanded", String(open));
      if (open) byId("rows").querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
    };
    button.hidden = false;
    root.classList.add("shelved");
    button.addEventListener("click", () => put(!root.classList.contains("listed")));
    return { open: () => put(true), close: () => put(false) };
  }
