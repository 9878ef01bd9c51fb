/** Opens the form that triggers a DAG, on a page that shows its button. */
export async function triggerFrom(page, dagId) {
  await page
    .getByRole("button", { name: `Trigger ${dagId}`, exact: true })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Params (JSON)").waitFor();
  return dialog;
}
