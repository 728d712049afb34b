"""Text in, codes out: which category an appeal belongs to, how sure that is, and which words say so.

Knows nothing of hotlines, databases or networks. `Classifier.load(folder)` takes a model that
`python -m classifier build` or `train` has written; the rest are plain values.
"""

from classifier.features import Text
from classifier.model import Classifier, Label, NoModel, Prediction, Word

__all__ = ["Classifier", "Label", "NoModel", "Prediction", "Text", "Word"]
