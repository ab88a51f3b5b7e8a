const factor = 10;
exports.factor = factor;
exports.times = (x) => x * factor;
exports.settings = { rate: 1 };
exports.viaThis = function viaThis(x) {
  return x * this.factor;
};
exports.Doubler = class Doubler {
  constructor(value) {
    this.value = value;
  }
  twice() {
    return this.value * 2;
  }
};
