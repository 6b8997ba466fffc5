import { addressVariable } from '../tried-operation.ts';

/** The page is the same for everybody. Its examples get the address under which it was reached here. */
export function showAddress(): void {
  for (const example of document.querySelectorAll('.sample pre')) {
    example.textContent = example.textContent.replaceAll(addressVariable, location.origin);
  }
}
