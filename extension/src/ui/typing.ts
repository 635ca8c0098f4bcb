/**
 * Whether a change of a text field is a person's. A page cannot reach our fields, but `document.execCommand` writes
 * into whichever has the focus. Browsers announce what a person types, pastes or drops (`beforeinput`); what a script
 * writes they don't.
 */
interface Change {
  inputType: string;
  data: string | null;
}

export class Typing {
  private announced: Change | null = null;

  /** To be called with every `beforeinput`. */
  announce({ inputType, data }: Change): void {
    this.announced = { inputType, data };
  }

  /** To be called with every `input`: whether it is the change that was announced. Each counts once. */
  believes({ inputType, data }: Change): boolean {
    const { announced } = this;
    this.announced = null;
    // Only an input method composes; how its steps are announced differs between browsers.
    if (inputType.includes('Composition')) return true;
    return announced?.inputType === inputType && (inputType !== 'insertText' || announced.data === data);
  }
}
