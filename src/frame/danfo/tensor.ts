import { hasMethod, isObject, member } from '../../util/index.js';
import { loadPeer } from '../load-peer.js';

/*
 * Tensors of TensorFlow.js, as danfojs' scalers keep what they have learnt. What a tensor holds lies with the library, under a number.
 */

/** A tensor as another thread hears of it. Complex numbers lie in pairs. */
export interface WireTensor {
  readonly values: Numbers | readonly string[];
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Of a variable: may training change it? */
  readonly trainable?: boolean;
}

type Numbers = Float32Array | Int32Array | Uint8Array;

/** What is used of a tensor. */
interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly trainable?: boolean;
  dataSync(): Numbers | string[];
}

/** What is used of the library. */
interface Tensorflow {
  tensor(values: unknown, shape: readonly number[], dtype: string): Tensor;
  complex(real: Tensor, imaginary: Tensor): Tensor;
  variable(initial: Tensor, trainable: boolean): Tensor;
}

/** Of any copy of the library, or a variable of one. */
export function isTensor(value: unknown): value is Tensor {
  return (
    isObject(value) && isObject(member(value, 'dataId')) && methods.every((name) => hasMethod(value, name))
  );
}

const methods = ['dataSync', 'throwIfDisposed'];

export function describeTensor(tensor: Tensor): WireTensor {
  const { shape, dtype, trainable } = tensor;
  // Copied: what the library gives may be its own memory.
  return { values: tensor.dataSync().slice(), shape: [...shape], dtype, trainable };
}

export async function reviveTensor({ values, shape, dtype, trainable }: WireTensor): Promise<Tensor> {
  const library = await loadTensorflow();
  // The library keeps the array it is given.
  const own = values.slice() as Numbers | string[];
  let made: Tensor;
  if (dtype === 'complex64') {
    const part = (k: number) =>
      library.tensor(
        (own as Numbers).filter((_, i) => i % 2 === k),
        shape,
        'float32',
      );
    made = library.complex(part(0), part(1));
  } else made = library.tensor(own, shape, dtype);
  // Under a name of its own: the library wants each to be the only one of its name, and a variable may be sent twice.
  return trainable === undefined ? made : library.variable(made, trainable);
}

/** The one danfojs brings, which knows what its scalers do. All copies of one thread share their tensors. */
async function loadTensorflow(): Promise<Tensorflow> {
  const what = 'tensors';
  try {
    const danfo = (await loadPeer('danfojs-node', what)) as { tensorflow: Tensorflow };
    return danfo.tensorflow;
  } catch (error) {
    const module = await loadPeer('@tensorflow/tfjs', what).catch(() => {
      throw error;
    });
    return module as Tensorflow;
  }
}
