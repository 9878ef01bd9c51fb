#include "server/net/web_files.h"
