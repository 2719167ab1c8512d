/** The chat's page: one room, a line to type, and what was said. */

export const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <title>Chat</title>
  <style>
    body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; }
    body { padding: 0 1rem; color-scheme: light dark; }
    ol { list-style: none; padding: 0; }
    input { font: inherit; width: 100%; box-sizing: border-box; padding: 0.5rem; }
  </style>
  <h1>Chat</h1>
  <ol aria-live="polite"></ol>
  <form><input aria-label="Say something" autocomplete="off" autofocus /></form>
  <script type="module">
    const room = "/lobby";
    const [list, form, input] = ["ol", "form", "input"].map((name) => document.querySelector(name));

    new EventSource(room).onmessage = ({ data }) => {
      const item = document.createElement("li");
      item.textContent = JSON.parse(data);
      list.append(item);
      if (list.children.length > 200) list.firstChild.remove();
    };

    form.onsubmit = (event) => {
      event.preventDefault();
      if (input.value !== "") fetch(room, { method: "POST", body: input.value });
      input.value = "";
    };
  </script>
</html>
`;
