declare const addon: { load(): unknown };
export = addon;
