/** The English of the faults that the page itself finds, or words anew; any other brings its sentence from Go. */
export {
  error_canceled, error_internal, error_key_malformed, error_param_missing, error_param_not_allowed, error_param_out_of_range, error_param_type, error_param_unknown,
  error_picture_broken, error_picture_ratio, error_picture_short_side, error_picture_too_big, error_picture_transparent, error_picture_type, error_picture_undecodable, error_prompt_empty, error_prompt_too_long,
} from '../../messages/en/errors.json'
