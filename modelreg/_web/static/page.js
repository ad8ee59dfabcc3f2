// Comforts of the page; everything works without it.
"use strict";

for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) {
    break;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 1500);
  });
}

// A comparison takes two to eight versions.
for (const button of document.querySelectorAll("button.compare")) {
  const boxes = [...button.form.querySelectorAll("input[name=v]")];
  const update = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    button.disabled = chosen < 2 || chosen > 8;
    button.textContent = chosen ? `Compare ${chosen} versions` : "Compare the chosen versions";
  };
  button.form.addEventListener("change", update);
  window.addEventListener("pageshow", update);
  update();
}
