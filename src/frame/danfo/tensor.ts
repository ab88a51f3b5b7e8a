import { hasMethod, isObject, member } from '../../util/index.js';
import { loadPeer } from '../load-peer.js';

/*
 * Tensors of TensorFlow.js, in which danfojs' scalers keep what they have learnt. A tensor object has only an
 * id; the library keeps its values, so they are read and made again through the library.
 */

/** A tensor as it is posted to another thread. A complex number takes two values. */
export interface WireTensor {
  readonly values: Numbers | readonly string[];
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Set for variables only: tells whether training may change it. */
  readonly trainable?: boolean;
}

type Numbers = Float32Array | Int32Array | Uint8Array;

/** A tensor, as far as this module uses it. */
interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly trainable?: boolean;
  dataSync(): Numbers | string[];
}

/** The functions of TensorFlow.js that this module uses. */
interface Tensorflow {
  tensor(values: unknown, shape: readonly number[], dtype: string): Tensor;
  complex(real: Tensor, imaginary: Tensor): Tensor;
  variable(initial: Tensor, trainable: boolean): Tensor;
}

/** Recognises a tensor or variable of any copy of the library. */
export function isTensor(value: unknown): value is Tensor {
  return (
    isObject(value) && isObject(member(value, 'dataId')) && methods.every((name) => hasMethod(value, name))
  );
}

const methods = ['dataSync', 'throwIfDisposed'];

/** Describes a tensor for posting. */
export function describeTensor(tensor: Tensor): WireTensor {
  const { shape, dtype, trainable } = tensor;
  // Copies the values, because they may be the library's own memory.
  return { values: tensor.dataSync().slice(), shape: [...shape], dtype, trainable };
}

/** Makes a tensor in this thread; loads TensorFlow.js for it. */
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
  // The variable gets a new name: names must be unique in the library, and a variable may be sent twice.
  return trainable === undefined ? made : library.variable(made, trainable);
}

/**
 * Loads the copy that danfojs has, for its scalers; without danfojs the installed one. Copies in one thread
 * share tensors.
 */
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
