// The chat's box has the focus; inside a portal's frame Escape closes it, and the portal may ask.
(() => {
  const allowed = (document.currentScript.dataset.origins || "").split(" ");
  // frame-ancestors lets only allowed portals frame this page, and neither message holds a secret.
  const tell = (message) => window.parent.postMessage({ "careers-qa": message }, "*");

  const framed = window.parent !== window;
  addEventListener("keydown", (event) => {
    if (framed && event.key === "Escape" && !event.defaultPrevented) tell("close");
  });

  const box = () => document.querySelector("#question textarea");
  const ask = (question) => {
    box().value = question;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    // The component sees the text at its next update, and its button sends it.
    setTimeout(() => document.querySelector("#question .submit-button")?.click(), 50);
  };
  addEventListener("message", (event) => {
    const question = event.data && event.data["careers-qa-ask"];
    if (framed && event.source === window.parent && allowed.includes(event.origin) && typeof question === "string" && box()) {
      ask(question);
    }
  });

  // A new answer is read from its question on.
  let answers = 0;
  const tend = () => {
    // Gradio calls the starters a list, of buttons that are no list items.
    document.querySelector(".examples[role=list]")?.removeAttribute("role");
    // ... and labels messages with their escaped source, which nobody should have read to them.
    for (const said of document.querySelectorAll(".chat [role=log] :is([data-testid=bot], [data-testid=user])[aria-label]")) {
      said.removeAttribute("aria-label");
    }
    const log = document.querySelector(".chat [role=log]");
    const rows = log ? log.querySelectorAll(".bot-row").length : 0;
    const asked = log && [...log.querySelectorAll(".user-row")].pop();
    if (asked && rows !== answers) {
      requestAnimationFrame(() => { log.scrollTop += asked.getBoundingClientRect().top - log.getBoundingClientRect().top - 8; });
    }
    answers = rows;
  };

  const watch = new MutationObserver(() => {
    if (!box()) return;
    watch.disconnect();
    new MutationObserver(tend).observe(document.body, { childList: true, subtree: true });
    // A frame never takes the focus from the portal's page by itself.
    if (framed) tell("ready");
    else if (matchMedia("(pointer: fine)").matches) box().focus({ preventScroll: true });
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
})();
