// What is wider than the page can be scrolled with the keyboard, too.
addEventListener("DOMContentLoaded", () => {
    const watch = new ResizeObserver(entries => {
        for (const { target } of entries) {
            if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
            else target.removeAttribute("tabindex");
        }
    });
    document.querySelectorAll("article :is(pre, .math, .cell_output, .table-wrapper)").forEach(box => watch.observe(box));
});
